package playbook

import "maplegrid/internal/grid"

// GridTypes are the dispute types of GB/T 31000-2015, code and name (law-and-standards 10.2; to be compared with the
// printed standard before exchange).
var GridTypes = []Option{
	{"01", grid.Name{Zh: "农村集体土地征用、流转", En: "taking or transfer of collective farmland"}},
	{"02", grid.Name{Zh: "国有土地拆迁", En: "demolition on state land"}},
	{"03", grid.Name{Zh: "城乡建设管理", En: "building and planning"}},
	{"04", grid.Name{Zh: "土地、山林、水利资源权属", En: "rights in land, forest and water"}},
	{"05", grid.Name{Zh: "环境保护", En: "environment"}},
	{"06", grid.Name{Zh: "计划生育", En: "family planning"}},
	{"07", grid.Name{Zh: "村务管理", En: "village affairs"}},
	{"08", grid.Name{Zh: "劳动社保", En: "labour and social insurance"}},
	{"09", grid.Name{Zh: "医疗卫生", En: "health care"}},
	{"10", grid.Name{Zh: "交通事故", En: "road accident"}},
	{"11", grid.Name{Zh: "学校教育", En: "schools"}},
	{"12", grid.Name{Zh: "房产物业", En: "housing and property management"}},
	{"13", grid.Name{Zh: "消费者维权、产品质量安全", En: "consumers and product safety"}},
	{"14", grid.Name{Zh: "经济合同、金融借贷", En: "contracts and loans"}},
	{"15", grid.Name{Zh: "人身伤害", En: "personal injury"}},
	{"16", grid.Name{Zh: "婚姻家庭", En: "marriage and family"}},
	{"17", grid.Name{Zh: "邻里关系", En: "neighbours"}},
	{"18", grid.Name{Zh: "边界管理", En: "boundaries between places"}},
	{GridBelief, grid.Name{Zh: "民族宗教", En: "ethnic and religious affairs"}},
	{"20", grid.Name{Zh: "企业改制", En: "restructuring of firms"}},
	{"21", grid.Name{Zh: "移民安置", En: "resettlement"}},
	{"22", grid.Name{Zh: "行政执法", En: "administrative enforcement"}},
	{"23", grid.Name{Zh: "涉法涉诉", En: "law and litigation"}},
	{"24", grid.Name{Zh: "损害赔偿", En: "damages"}},
	{"99", grid.Name{Zh: "其他", En: "other"}},
}

// GridBelief stands on the list and is printed empty; nothing is recorded under it (law-and-standards, What is not built).
const GridBelief = "19"

// MediationTypes are the 18 kinds of the statistics of people's mediation (law-and-standards 10.3).
var MediationTypes = []string{"婚姻家庭", "邻里", "房屋宅基地", "合同", "生产经营", "损害赔偿", "山林土地", "征地拆迁", "环境污染",
	"拖欠农民工工资", "其他劳动争议", "旅游", "电子商务", "其他消费", "医疗", "道路交通事故", "物业", "其他"}
